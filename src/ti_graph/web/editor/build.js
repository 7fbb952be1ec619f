// Bundles the editor, with the licences of what is in it beside it.
import { build } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";

const OUT = "../static/editor";
const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;

// The licence texts of the packages that the bundle was made of; the licences ask that they go along.
async function licences(inputs) {
  const names = new Set(inputs.flatMap((path) => PACKAGE.exec(path)?.[1] ?? []));
  const texts = [...names].sort().map(async (name) => {
    const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
    const file = (await readdir(`node_modules/${name}`)).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${(await readFile(`node_modules/${name}/${file}`, "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}

const { metafile } = await build({
  entryPoints: ["editor.js"],
  outfile: `${OUT}.js`,
  banner: { js: "/* Licences: editor.licences.txt */" },
  bundle: true,
  format: "esm",
  metafile: true,
  minify: true,
  target: "es2020",
});
await writeFile(`${OUT}.licences.txt`, await licences(Object.keys(metafile.inputs)));
