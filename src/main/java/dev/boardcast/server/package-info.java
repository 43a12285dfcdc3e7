/**
 * The command line: one list of settings, read from flags, environment and file, and the commands
 * {@code serve}, {@code token} and {@code replay}. A customer of the root package like any
 * embedding application; nothing depends on it but {@code Main}.
 */
package dev.boardcast.server;
