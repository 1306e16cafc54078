import { readFile, writeFile } from "node:fs";

/** Reads a value; one that was never saved is an empty object. */
export function load(file, callback) {
  readFile(file, "utf8", (error, text) => {
    if (error && error.code === "ENOENT") return callback(null, {});
    if (error) return callback(error);
    callback(null, JSON.parse(text));
  });
}

export function save(file, value, callback) {
  writeFile(file, JSON.stringify(value), callback);
}
