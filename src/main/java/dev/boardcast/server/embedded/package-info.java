/**
 * PostgreSQL and Redis as processes of their own, for nodes that are given no addresses. {@link
 * dev.boardcast.server.embedded.EmbeddedServers} starts, shares, supervises and stops them.
 */
package dev.boardcast.server.embedded;
