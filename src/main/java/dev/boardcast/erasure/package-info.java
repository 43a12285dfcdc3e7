/**
 * Erases users: replaces a name by a pseudonym in every table, or deletes the rows, and leaves
 * numbers as they are. {@link dev.boardcast.erasure.ErasureVerticle} does it; the routes and a
 * command request it.
 */
package dev.boardcast.erasure;
