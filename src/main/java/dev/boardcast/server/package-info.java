/**
 * The program: {@link dev.boardcast.server.Main} with its commands, the settings, and what only a
 * program needs, such as embedded PostgreSQL and Redis. It uses the root package as any embedding
 * application does.
 */
package dev.boardcast.server;
