//! A minimal gzip encoder: it stores bytes instead of deflating them.

/// The most bytes that a stored block can hold.
const BLOCK: usize = 0xffff;

/// Returns `bytes` in the format of RFC 1952.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let blocks = bytes.chunks(BLOCK).collect::<Vec<_>>();
    for (number, block) in blocks.iter().enumerate() {
        let last = number + 1 == blocks.len();
        let length = u16::try_from(block.len()).expect("the length of a block fits into 16 bits");
        zipped.push(u8::from(last));
        zipped.extend(length.to_le_bytes());
        zipped.extend((!length).to_le_bytes());
        zipped.extend(*block);
    }
    zipped.extend(crc32(bytes).to_le_bytes());
    let length = u32::try_from(bytes.len()).expect("the length of a body fits into 32 bits");
    zipped.extend(length.to_le_bytes());
    zipped
}

fn crc32(bytes: &[u8]) -> u32 {
    let crc = bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
        })
    });
    !crc
}

/// `[`, a million spaces, `]`: a JSON list without entries, in a thousand bytes.
pub(crate) const MILLION_SPACES: &[u8] = include_bytes!("million_spaces.json.gz");
