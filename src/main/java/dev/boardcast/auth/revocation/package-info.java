/**
 * Revocation: who may no longer act though the token is valid. Revocations are rows in PostgreSQL;
 * each node keeps those in force in memory and follows changes by its heartbeat, and sooner by the
 * event bus.
 */
package dev.boardcast.auth.revocation;
