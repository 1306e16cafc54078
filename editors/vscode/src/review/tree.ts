// The view *Proposed Changes*: files and hunks with counts and buttons, in the manner of Source Control.

import {
  Disposable,
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
  type TreeDataProvider,
  type TreeView,
} from "vscode";

import { Batch } from "../batch";
import { fileRows, hunkRows, type FileRow, type HunkRow } from "./outline";
import { isTextless, type PlacedHunk, type ReviewState } from "./state";
import { FileRef, HunkRef } from "./target";
import { author, hindrance, kind, waiting } from "./words";

const BATCH_MS = 100;

class FileNode extends FileRef {
  constructor(readonly row: FileRow) {
    super(row.file.uri);
  }
}

class HunkNode extends HunkRef {
  constructor(
    readonly row: HunkRow,
    readonly parent: FileNode,
  ) {
    super(row.hunk.id);
  }
}

type Node = FileNode | HunkNode;

export class ReviewTree extends Disposable implements TreeDataProvider<Node> {
  private readonly changed = new EventEmitter<undefined>();
  private readonly batch = new Batch(BATCH_MS, () => this.refresh());
  private readonly view: TreeView<Node>;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly state: ReviewState) {
    const parts: { dispose(): void }[] = [];
    super(() => parts.forEach((part) => part.dispose()));
    this.view = window.createTreeView("singletree.changes", { treeDataProvider: this, showCollapseAll: true });
    parts.push(
      this.changed,
      this.view,
      state.onChange(() => this.batch.soon()),
      this.batch,
    );
  }

  private refresh(): void {
    const value = this.state.hunks().length;
    // Zero is no badge; the property takes no undefined where it is to be taken back.
    this.view.badge = { value, tooltip: waiting(value) };
    this.changed.fire(undefined);
  }

  getChildren(node?: Node): Node[] {
    if (node instanceof HunkNode) {
      return [];
    }
    if (node) {
      return hunkRows(node.row.file).map((row) => new HunkNode(row, node));
    }
    const relative = (uri: string) => workspace.asRelativePath(Uri.parse(uri));
    return fileRows(this.state.files(), relative).map((row) => new FileNode(row));
  }

  getParent(node: Node): Node | undefined {
    return node instanceof HunkNode ? node.parent : undefined;
  }

  getTreeItem(node: Node): TreeItem {
    return node instanceof HunkNode ? hunkItem(node) : fileItem(node);
  }
}

function fileItem(node: FileNode): TreeItem {
  const { file, name, folder, counts } = node.row;
  const item = new TreeItem(name, TreeItemCollapsibleState.Expanded);
  const words = [kind(file), counts, folder].filter((word) => word !== undefined && word !== "");
  item.id = file.uri;
  item.resourceUri = Uri.parse(file.newUri ?? file.uri);
  item.iconPath = ThemeIcon.File;
  item.description = words.join(" · ");
  item.contextValue = "file";
  item.tooltip = [workspace.asRelativePath(Uri.parse(file.uri)), ...words.slice(0, 2)].join(" · ");
  return item;
}

function hunkItem(node: HunkNode): TreeItem {
  const { hunk, label, counts, line } = node.row;
  const name = label === "" ? (kind(node.parent.row.file) ?? hunk.title) : label;
  const item = new TreeItem(name, TreeItemCollapsibleState.None);
  const hinders = hindrance(hunk);
  const where = line === undefined ? "" : l10n.t("line {0}", line);
  item.id = hunk.id;
  item.description = [counts, where, hinders].filter((word) => word !== undefined && word !== "").join(" · ");
  item.contextValue = `hunk.${hunk.state}`;
  item.iconPath = icon(hunk);
  item.tooltip = [hunk.title, author(hunk), hinders].filter((word) => word !== undefined).join("\n");
  item.accessibilityInformation = { label: [name, counts, where, hunk.title, hinders ?? ""].join(", ") };
  item.command = { command: "singletree.change.reveal", title: l10n.t("Go to Change"), arguments: [node] };
  return item;
}

function icon(hunk: PlacedHunk): ThemeIcon {
  switch (hunk.state) {
    case "streaming":
    case "keeping":
      return new ThemeIcon("loading~spin");
    case "conflict":
      return new ThemeIcon("warning", new ThemeColor("list.warningForeground"));
    case "pending":
    case "kept":
    case "rejected":
    case "superseded":
  }
  if (isTextless(hunk)) {
    return new ThemeIcon("diff-renamed", new ThemeColor("gitDecoration.renamedResourceForeground"));
  }
  if (hunk.oldText === "") {
    return new ThemeIcon("diff-added", new ThemeColor("gitDecoration.addedResourceForeground"));
  }
  return hunk.newText === ""
    ? new ThemeIcon("diff-removed", new ThemeColor("gitDecoration.deletedResourceForeground"))
    : new ThemeIcon("diff-modified", new ThemeColor("gitDecoration.modifiedResourceForeground"));
}
