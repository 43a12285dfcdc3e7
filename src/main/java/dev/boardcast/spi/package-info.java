/**
 * The public API for boards and embedding applications: what a board implements ({@link
 * dev.boardcast.spi.BoardModule}, {@link dev.boardcast.spi.Board}), what a node offers it ({@link
 * dev.boardcast.spi.BoardContext}), and the types that both share.
 *
 * <p>Depends on the JDK, Vert.x, Jackson, Jakarta Validation and SLF4J only. Unless stated
 * otherwise, methods are called on an event loop and must not block, and a returned {@link
 * io.vertx.core.Future} may complete on any context.
 */
package dev.boardcast.spi;
