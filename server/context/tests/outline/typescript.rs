use expect_test::expect;

use super::check;

#[test]
fn functions() {
    check(
        "src/api.ts",
        r#"import { x } from "./x";

/** The limit. */
export const LIMIT: number = 10;
let counter = 0, other = 1;

/**
 * Fetches a page.
 * @param url where
 */
export async function fetchPage(
  url: string,
  { retries = 3, ...rest }: Options = {},
  timeout?: number,
  ...more: string[]
): Promise<Page> {
  if (!url) throw new RangeError("no url");
  const local = (a: number) => a + 1;
  const page = await client.get(url, local(1));
  if (!page) { throw errors.NotFound(url); }
  return new Page(page);
}

/* not a doc */
export const double = (n: number): number => n * 2;
const identity = x => x;
const handler = async function (this: Window, event: Event) { try { f(); } catch (e) { throw e; } };

export function over(a: string): string;
export function over(a: number): number;
export function over(a: any): any { return a; }

export default function main(): void {}

function isString(x: unknown): x is string { return typeof x === "string"; }
function* gen() { yield 1; }
declare function ambient(a: string): void;
function late() {}
export { late, late as later };
for (const item of items) { const inLoop = 1; }
"#,
        expect![[r#"
            4-4:4 constant `LIMIT`
                signature: export const LIMIT: number = 10
                doc: 3-3 The limit.
                is: exported
            5-5:5 variable `counter`
                signature: let counter = 0
            5-5:5 variable `other`
                signature: let other = 1
            11-22:11 function `fetchPage`
                signature: export async function fetchPage(url: string, { retries = 3, ...rest }: Options = {}, timeout?: number, ...more: string[]): Promise<Page>
                doc: 7-10 Fetches a page.
                body: 17
                params: url: string | { retries = 3, ...rest }: Options (default) | timeout: number (default) | ...more: string[]
                returns: Promise<Page>
                raises: RangeError errors.NotFound
                calls: RangeError@17 get@19 local@19 NotFound@20 Page@21
                is: exported async fallible
            18-18:18 function fetchPage › `local`
                signature: const local = (a: number) =>
                body: 18
                params: a: number
                indent: "  "
            25-25:25 function `double`
                signature: export const double = (n: number): number =>
                body: 25
                params: n: number
                returns: number
                is: exported
            26-26:26 function `identity`
                signature: const identity = x =>
                body: 26
                params: x
            27-27:27 function `handler`
                signature: const handler = async function (this: Window, event: Event)
                body: 27
                params: event: Event
                calls: f@27
                is: async fallible
            29-29:29 function `over`
                signature: export function over(a: string): string
                params: a: string
                returns: string
                is: exported
            30-30:30 function `over`
                signature: export function over(a: number): number
                params: a: number
                returns: number
                is: exported
            31-31:31 function `over`
                signature: export function over(a: any): any
                body: 31
                params: a: any
                returns: any
                is: exported
            33-33:33 function `main`
                signature: export default function main(): void
                body: 33
                returns: void
                is: exported
            35-35:35 function `isString`
                signature: function isString(x: unknown): x is string
                body: 35
                params: x: unknown
                returns: x is string
            36-36:36 function `gen`
                signature: function* gen()
                body: 36
            37-37:37 function `ambient`
                signature: declare function ambient(a: string): void
                params: a: string
                returns: void
            38-38:38 function `late`
                signature: function late()
                body: 38
                is: exported
        "#]],
    );
}

#[test]
fn types_and_classes() {
    check(
        "src/model.ts",
        r#"/** A shape. */
export interface Shape<T> extends Base {
  readonly kind: string;
  /** The area. */
  area(scale: number): T;
  name?: string;
}

export type Id = string | number;
type Big = {
  a: string;
};
export const enum Color { Red, Green }

/** Holds. */
@Injectable()
@Component({ selector: "x" })
export class Store<T> extends Base implements Shape<T> {
  private count = 0;
  constructor(private readonly db: Db, name = "x") { super(); }

  /** Size. */
  get size(): number { return this.count; }
  set size(value: number) {}

  @Input()
  static create(): Store<string> { return new Store(db); }
  private async load(id: Id): Promise<T> { return this.db.get(id); }
  #secret() {}
  onClick = (event: Event): void => { this.load(1); };
  [Symbol.iterator]() {}
}

export abstract class Abstract {
  abstract run(a: string): void;
}

export namespace Tools {
  export const VERSION = 1;
  export function use() {}
  function hidden() {}
}

declare module "legacy" {
  export function old(): void;
}

const config = { port: 1, start() { listen(); } };
export const Klass = class { go() {} };
"#,
        expect![[r#"
            2-7:2 interface `Shape`
                signature: export interface Shape<T> extends Base
                doc: 1-1 A shape.
                body: 3
                is: exported
            5-5:5 method Shape › `area`
                signature: area(scale: number): T
                doc: 4-4 The area.
                receiver: this
                params: scale: number
                returns: T
                is: exported
                indent: "  "
            9-9:9 type `Id`
                signature: export type Id = string | number
                is: exported
            10-12:10 type `Big`
                signature: type Big = { a: string; }
            13-13:13 enum `Color`
                signature: export const enum Color
                body: 13
                is: exported
            16-32:18 class `Store`
                signature: export class Store<T> extends Base implements Shape<T>
                doc: 15-15 Holds.
                body: 19
                calls: Input@26
                is: exported
            20-20:20 method Store › `constructor`
                signature: constructor(private readonly db: Db, name = "x")
                body: 20
                receiver: this
                params: db: Db | name (default)
                is: exported
                indent: "  "
            23-23:23 property Store › `size`
                signature: get size(): number
                doc: 22-22 Size.
                body: 23
                receiver: this
                returns: number
                is: exported
                indent: "  "
            24-24:24 property Store › `size`
                signature: set size(value: number)
                body: 24
                receiver: this
                params: value: number
                is: exported
                indent: "  "
            26-27:27 method Store › `create`
                signature: static create(): Store<string>
                body: 27
                returns: Store<string>
                calls: Store@27
                is: exported
                indent: "  "
            28-28:28 method Store › `load`
                signature: private async load(id: Id): Promise<T>
                body: 28
                receiver: this
                params: id: Id
                returns: Promise<T>
                calls: get@28
                is: async
                indent: "  "
            29-29:29 method Store › `#secret`
                signature: #secret()
                body: 29
                receiver: this
                indent: "  "
            30-30:30 method Store › `onClick`
                signature: onClick = (event: Event): void =>
                body: 30
                receiver: this
                params: event: Event
                returns: void
                calls: load@30
                is: exported
                indent: "  "
            31-31:31 method Store › `[Symbol.iterator]`
                signature: [Symbol.iterator]()
                body: 31
                receiver: this
                is: exported
                indent: "  "
            34-36:34 class `Abstract`
                signature: export abstract class Abstract
                body: 35
                is: exported
            35-35:35 method Abstract › `run`
                signature: abstract run(a: string): void
                receiver: this
                params: a: string
                returns: void
                is: exported
                indent: "  "
            38-42:38 module `Tools`
                signature: export namespace Tools
                body: 39
                is: exported
            39-39:39 constant Tools › `VERSION`
                signature: export const VERSION = 1
                is: exported
                indent: "  "
            40-40:40 function Tools › `use`
                signature: export function use()
                body: 40
                is: exported
                indent: "  "
            41-41:41 function Tools › `hidden`
                signature: function hidden()
                body: 41
                indent: "  "
            44-46:44 module `legacy`
                signature: declare module "legacy"
                body: 45
            45-45:45 function legacy › `old`
                signature: export function old(): void
                returns: void
                indent: "  "
            48-48:48 constant `config`
                signature: const config = { port: 1, start() { listen(); } }
            48-48:48 method config › `start`
                signature: start()
                body: 48
                receiver: this
                calls: listen@48
            49-49:49 class `Klass`
                signature: export const Klass = class
                body: 49
                is: exported
            49-49:49 method Klass › `go`
                signature: go()
                body: 49
                receiver: this
                is: exported
        "#]],
    );
}

#[test]
fn tests_by_call() {
    check(
        "src/api.test.ts",
        r#"describe("api", () => {
  beforeEach(() => reset());
  it('fetches a page', async () => {
    expect(await fetchPage("x")).toBe(1);
  });
  test.each([[1], [2]])(`adds ${1}`, (n) => { add(n); });
  it.skip("later", function () {});
});
test("no body");
regex.test("not a test", () => {});
"#,
        expect![[r#"
            1-8:1 test `api`
                signature: describe(api)
                body: 2
                calls: beforeEach@2 reset@2 it@3 skip@7
                is: test
            3-5:3 test api › `fetches a page`
                signature: it(fetches a page)
                body: 4
                calls: toBe@4 expect@4 fetchPage@4
                is: async test
                indent: "  "
            6-6:6 test api › `adds ${1}`
                signature: test(`adds ${1}`)
                body: 6
                calls: each@6 add@6
                is: test
                indent: "  "
            7-7:7 test api › `later`
                signature: it(later)
                body: 7
                is: test
                indent: "  "
        "#]],
    );
}

#[test]
fn default_exports_without_a_name_and_tsx() {
    check(
        "src/app.tsx",
        r#"export default ({ title }: Props) => <h1 onClick={() => go(title)}>{title}</h1>;

export const App: React.FC<Props> = (props) => {
  const [a, setA] = useState<string>("");
  return <Layout {...props}>text</Layout>;
};
"#,
        expect![[r#"
            1-1:1 function `default`
                signature: export default ({ title }: Props) =>
                body: 1
                params: { title }: Props
                calls: go@1
                is: exported
            3-6:3 function `App`
                signature: export const App: React.FC<Props> = (props) =>
                body: 4
                params: props
                calls: useState@4
                is: exported
        "#]],
    );
    check(
        "src/c.ts",
        "export default class {\n  m() {}\n}\n",
        expect![[r#"
        1-3:1 class `default`
            signature: export default class
            body: 2
            is: exported
        2-2:2 method default › `m`
            signature: m()
            body: 2
            receiver: this
            is: exported
            indent: "  "
    "#]],
    );
    check(
        "src/f.ts",
        "export default async function () {\n  await f();\n}\n",
        expect![[r#"
            1-3:1 function `default`
                signature: export default async function ()
                body: 2
                calls: f@2
                is: exported async
        "#]],
    );
}
