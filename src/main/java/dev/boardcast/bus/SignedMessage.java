package dev.boardcast.bus;

/**
 * An order or beacon as it travels: JSON with the signature of a node. Immutable; nobody changes
 * the arrays.
 *
 * @param sentMillis when it was signed, by the clock of the sender
 * @param nonce random bytes that no other message has
 * @param signature one code by each secret that the sender has; empty where the cluster has none
 */
record SignedMessage(long sentMillis, byte[] nonce, byte[] json, byte[] signature) {}
