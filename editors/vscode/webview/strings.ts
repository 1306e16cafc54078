// The table of words that the host sent, for every part of the page.

import { chatStrings, type StringTable } from "../src/chat/strings";

let table: StringTable = chatStrings({ t: (message) => message });
let numbers = new Intl.NumberFormat();
let currency = money(undefined);

export function useStrings(next: StringTable, language: string): void {
  table = next;
  numbers = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  currency = money(language);
  document.documentElement.lang = language;
}

export function strings(): StringTable {
  return table;
}

/** 12 345 as `12.3K`, in the user's language. */
export function count(value: number): string {
  return numbers.format(value);
}

export function cost(amount: number, unit = "USD"): string {
  return unit === "USD" ? currency.format(amount) : `${amount.toFixed(2)} ${unit}`;
}

function money(language: string | undefined): Intl.NumberFormat {
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: 2,
    maximumFractionDigits: 4,
  });
}
