// Bundle the stylesheet and the script of every page into src/yishiting/ui/static/built/, and put the Chinese font of
// printed sheets (OFL 1.1, its licence beside it) where the server reads it: src/yishiting/reach/paper/fonts/.
//
// The oldest browser that has to work is the WebView of an elder's phone (Chrome 70), so newer syntax is lowered.
// What esbuild can not lower and such a browser would drop in silence is named here: `@layer` throws away a whole
// stylesheet and stops the build, the others lose one rule and are warnings.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sources = join(root, "src/yishiting/ui/assets");
const built = join(root, "src/yishiting/ui/static/built");

const fonts = join(root, "node_modules/@expo-google-fonts/noto-sans-sc");
const paper = join(root, "src/yishiting/reach/paper/fonts");
const WEIGHTS = ["400Regular", "700Bold"];

const FATAL = [[/@layer\b/, "@layer: a WebView before Chrome 99 drops all that stands in it"]];
const DOUBTFUL = [
  [/:is\(|:where\(/, ":is()/:where(): a WebView before Chrome 88 drops the whole rule"],
  [/(?:margin|padding|border|inset)-(?:inline|block)\s*:/, "logical shorthands: unknown before Chrome 87; use the -start and -end longhands"],
];

mkdirSync(paper, { recursive: true });
for (const weight of WEIGHTS) {
  const name = `NotoSansSC_${weight}.ttf`;
  copyFileSync(join(fonts, weight, name), join(paper, name));
}
copyFileSync(join(fonts, "LICENSE_FONT"), join(paper, "LICENSE_FONT"));

const entryPoints = ["app.css", "app.js"].map((name) => join(sources, name)).filter((path) => existsSync(path));

mkdirSync(built, { recursive: true });
if (entryPoints.length === 0) {
  console.error("assets: nothing to build yet in src/yishiting/ui/assets");
  process.exit(0);
}
// A file that no source makes any more must not be served.
rmSync(built, { recursive: true });

const result = await build({
  absWorkingDir: root,
  entryPoints,
  outdir: built,
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  target: ["es2018", "chrome70"],
  legalComments: "none",
  loader: { ".svg": "file", ".png": "file", ".woff2": "file" },
  assetNames: "[name]-[hash]",
  external: ["/static/*"],
  logLevel: "warning",
  metafile: true,
});

let faults = result.warnings.length;
for (const output of Object.keys(result.metafile.outputs)) {
  const path = join(root, output);
  const bytes = readFileSync(path);
  console.error(`assets: ${relative(root, path)} ${(bytes.length / 1024).toFixed(1)} KB, ${(gzipSync(bytes).length / 1024).toFixed(1)} KB compressed`);
  if (!path.endsWith(".css")) continue;
  const text = bytes.toString("utf8");
  for (const [pattern, why] of DOUBTFUL) if (pattern.test(text)) console.error(`assets: warning: ${output}: ${why}`);
  for (const [pattern, why] of FATAL) {
    if (!pattern.test(text)) continue;
    console.error(`assets: error: ${output}: ${why}`);
    faults += 1;
  }
}
process.exit(faults ? 1 : 0);
