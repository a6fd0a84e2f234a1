// For Hey API. Every request and response is validated by a zod schema, and times can have an offset.
export default {
  output: { path: "client", importFileExtension: ".js" },
  plugins: [
    "@hey-api/client-fetch",
    { name: "@hey-api/sdk", validator: true },
    { name: "zod", dates: { offset: true } },
  ],
};
