// The chat's page: loaded once a view, connects to the host and draws itself.

import "@vscode-elements/elements/dist/vscode-button/index.js";
import "./markdown/element";
import "./styles/index.css";

import { App } from "./app";

const root = document.querySelector<HTMLElement>("#app");
if (root) new App(root);
