// Images by paste and drop, within bounds, each refusal with its reason.

import type { Attachment } from "../../src/chat/protocol";
import { fill } from "../../src/chat/strings";
import { strings } from "../strings";
import { IMAGE_TYPES } from "./chips";

const LARGEST_MB = 5;
const MOST = 8;

export async function readImages(
  files: File[],
  present: number,
): Promise<{ attachments: Attachment[]; problems: string[] }> {
  const words = strings();
  const attachments: Attachment[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const name = file.name || words.attachedImage;
    if (!IMAGE_TYPES.includes(file.type)) problems.push(fill(words.imageKind, name));
    else if (file.size > LARGEST_MB * 1024 * 1024) problems.push(fill(words.imageTooLarge, name, LARGEST_MB));
    else if (present + attachments.length >= MOST) problems.push(fill(words.imageTooMany, MOST));
    else attachments.push({ label: name, block: { type: "image", mimeType: file.type, data: await base64(file) } });
  }
  return { attachments, problems };
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.onload = () => resolve((reader.result as string).replace(/^[^,]*,/, ""));
    reader.readAsDataURL(file);
  });
}
