/** Why a text is of no use as a private key; the message is for the user, and holds nothing of the key. */
export class UnusableKey extends Error {
  override name = "UnusableKey";
}

/** The key is encrypted, and no passphrase was given. */
export class PassphraseMissing extends UnusableKey {
  override name = "PassphraseMissing";

  constructor() {
    super("it is encrypted");
  }
}

/** The passphrase doesn't decrypt the key. */
export class WrongPassphrase extends UnusableKey {
  override name = "WrongPassphrase";

  constructor() {
    super("the passphrase is wrong");
  }
}
