import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import ts from 'typescript';

/** How a file comes to a module: when it is loaded, when a line runs, or for types only. */
export type ImportKind = 'static' | 'lazy' | 'type';

/** One mention of another module. */
export interface ModuleImport {
  readonly specifier: string;
  readonly kind: ImportKind;
}

/** What a TypeScript or JavaScript file imports. */
export function importsOf(path: string): ModuleImport[] {
  const imports: ModuleImport[] = [];
  const visit = (node: ts.Node): void => {
    const found = importAt(node);
    if (found) imports.push(found);
    ts.forEachChild(node, visit);
  };
  visit(parse(path));
  return imports;
}

/** The package of a bare import; undefined for files and for what is part of Node. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || isBuiltin(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Whether `require()` of the module would be refused because it waits while it loads. */
export function waitsAtTopLevel(path: string): boolean {
  const waits = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return false;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))
      return true;
    return ts.forEachChild(node, waits) ?? false;
  };
  return waits(parse(path));
}

/** The names a file exports, types marked; a `*` for what it passes on unnamed. */
export function exportsOf(path: string): string[] {
  return parse(path).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return [];
    const { exportClause, isTypeOnly } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause)) return ['*'];
    return exportClause.elements.map((element) =>
      isTypeOnly || element.isTypeOnly ? `type ${element.name.text}` : element.name.text,
    );
  });
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
}

function importAt(node: ts.Node): ModuleImport | undefined {
  if (ts.isImportDeclaration(node)) {
    const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return toImport(node.moduleSpecifier, isType ? 'type' : 'static');
  }
  if (ts.isExportDeclaration(node)) {
    return toImport(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'static');
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return toImport(node.arguments[0], 'lazy');
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return toImport(node.argument.literal, 'type');
  }
  return undefined;
}

function toImport(specifier: ts.Node | undefined, kind: ImportKind): ModuleImport | undefined {
  return specifier && ts.isStringLiteral(specifier)
    ? { specifier: specifier.text, kind }
    : undefined;
}
