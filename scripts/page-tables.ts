/** A table in Markdown; a cell that is not known stays empty. */
export function table(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]): string =>
    `| ${cells.map((text) => text?.replaceAll('|', '\\|') ?? '').join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The page with each content between the markers of its name; throws when a marker is missing, `file` says where. */
export function withContents(file: string, page: string, contents: Readonly<Record<string, string>>): string {
  return Object.entries(contents).reduce((text, [name, content]) => {
    const pattern = new RegExp(`(<!-- ${name}: .*? -->\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
    if (!pattern.test(text)) throw new Error(`${file} has no markers for the table "${name}"`);
    return text.replace(pattern, (_, begin: string, end: string) => `${begin}\n${content}\n\n${end}`);
  }, page);
}
