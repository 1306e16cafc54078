// What esbuild turns into text or folds into the bundle.

declare module "*.svg" {
  const text: string;
  export default text;
}

declare module "*.css";
