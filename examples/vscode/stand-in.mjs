/** The parts of VS Code's API that the extension uses, and what a test looks at and sets. */
export function standIn() {
  class EventEmitter {
    #listeners = new Set();
    event = (listener) => {
      this.#listeners.add(listener);
      return new Disposable(() => this.#listeners.delete(listener));
    };
    fire(value) {
      for (const listener of this.#listeners) listener(value);
    }
    dispose() {
      this.#listeners.clear();
    }
  }

  class Disposable {
    #dispose;
    constructor(dispose) {
      this.#dispose = dispose;
    }
    dispose() {
      this.#dispose();
    }
  }

  class CancellationTokenSource {
    #emitter = new EventEmitter();
    token = { isCancellationRequested: false, onCancellationRequested: this.#emitter.event };
    cancel() {
      this.token.isCancellationRequested = true;
      this.#emitter.fire();
    }
    dispose() {}
  }

  class Uri {
    constructor({ scheme, authority, path }) {
      Object.assign(this, { scheme, authority, path, fsPath: path });
    }
    static from(parts) {
      return new Uri(parts);
    }
    static file(path) {
      return new Uri({ scheme: "file", authority: "", path });
    }
    static parse(text) {
      const [, scheme, authority, path] = /^(\w+):\/\/([^/]*)(.*)$/.exec(text);
      return new Uri({ scheme, authority, path });
    }
    static joinPath(uri, name) {
      return new Uri({ ...uri, path: `${uri.path.replace(/\/$/, "")}/${name}` });
    }
    toString() {
      return `${this.scheme}://${this.authority}${this.path}`;
    }
  }

  class FileSystemError extends Error {
    constructor(message, code = "Unknown") {
      super(String(message));
      this.code = code;
    }
  }
  for (const code of [
    "FileNotFound",
    "FileExists",
    "FileNotADirectory",
    "FileIsADirectory",
    "NoPermissions",
    "Unavailable",
  ]) {
    FileSystemError[code] = (about) => new FileSystemError(about ?? code, code);
  }

  const self = {
    // What a test sets: answers in their order, and what is chosen of buttons.
    inputs: [],
    choice: undefined,
    dialog: undefined,
    settings: { pollInterval: 0.1 },
    // What it looks at.
    asked: [],
    errors: [],
    warnings: [],
    informations: [],
    executed: [],
    progress: [],
    opened: [],
    output: "",
    terminals: [],
    providers: new Map(),
    registered: new Map(),
    cancel: undefined,
    run: (name, ...args) => self.registered.get(`sshrpc.${name}`)(...args),

    EventEmitter,
    Disposable,
    CancellationTokenSource,
    Uri,
    FileSystemError,
    FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
    FilePermission: { Readonly: 1 },
    FileChangeType: { Changed: 1, Created: 2, Deleted: 3 },
    ProgressLocation: { Notification: 15 },
    commands: {
      registerCommand(name, run) {
        self.registered.set(name, run);
        return new Disposable(() => self.registered.delete(name));
      },
      executeCommand: async (...args) => void self.executed.push(args),
    },
    env: { openExternal: async (uri) => self.opened.push(uri.toString()) },
    workspace: {
      getConfiguration: () => ({ get: (name, fallback) => self.settings[name] ?? fallback }),
      registerFileSystemProvider(scheme, provider) {
        self.providers.set(scheme, provider);
        return new Disposable(() => self.providers.delete(scheme));
      },
    },
    window: {
      state: { focused: true },
      createOutputChannel: () => ({
        append: (piece) => (self.output += piece),
        appendLine: (line) => (self.output += `${line}\n`),
        show() {},
        dispose() {},
      }),
      createTerminal(options) {
        self.terminals.push(options);
        return { show() {} };
      },
      showInputBox: async ({ prompt, password }) => {
        self.asked.push(prompt);
        if (/assword/.test(prompt) && !password) throw new Error("a password is shown");
        return self.inputs.shift();
      },
      showQuickPick: async (items) => items[0],
      showOpenDialog: async () => self.dialog,
      showInformationMessage: async (message, ...choices) => {
        self.informations.push(message);
        return choices.find((each) => each === self.choice);
      },
      showWarningMessage: async (message, options, ...choices) => {
        self.warnings.push(`${message} ${options?.detail ?? ""}`);
        return choices.find((each) => each === self.choice);
      },
      showErrorMessage: async (message, ...choices) => {
        self.errors.push(message);
        return choices.find((each) => each === self.choice);
      },
      async withProgress(_options, task) {
        const source = new CancellationTokenSource();
        self.cancel = () => source.cancel();
        return task({ report: (each) => self.progress.push(each) }, source.token);
      },
    },
  };
  return self;
}
