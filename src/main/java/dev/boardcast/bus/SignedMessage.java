package dev.boardcast.bus;

/**
 * An order or beacon as it travels: JSON with the signature of a node. Immutable; nobody changes
 * the arrays.
 *
 * @param sentMillis when it was signed, by the clock of the sender
 * @param nonce random bytes that no other message has
 * @param signature empty where the cluster has no secret
 */
record SignedMessage(long sentMillis, byte[] nonce, byte[] json, byte[] signature) {}
