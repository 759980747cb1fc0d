/** A tool that is missing, too old, or cannot be installed; the message says which version is needed. */
export class ToolError extends Error {}
