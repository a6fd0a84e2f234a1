"""Writes the zip file of a Go module: files alone, since Go refuses entries for directories, all of one date."""

import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

archive, root = Path(sys.argv[1]), Path(sys.argv[2])
with ZipFile(archive, "w", ZIP_DEFLATED) as file:
    for path in sorted(root.rglob("*")):
        if path.is_file():
            # The earliest date that the format can hold.
            info = ZipInfo(path.relative_to(root).as_posix(), (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            file.writestr(info, path.read_bytes())
