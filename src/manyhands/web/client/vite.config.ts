import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The studio's policy lets a page load what the studio itself sends and nothing inline.
export default defineConfig({
  plugins: [react()],
  build: { outDir: "../built", emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
