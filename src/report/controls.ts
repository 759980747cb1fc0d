/**
 * Characters that change how the text around them is shown: controls, and those that turn its direction around
 * (https://trojansource.codes). Tab and line breaks are no such characters.
 */
const CONTROLS = /(?![\t\n\r])[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with such characters as escapes (`\u001b`). */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
