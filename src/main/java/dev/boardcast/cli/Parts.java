package dev.boardcast.cli;

import io.vertx.core.VertxBuilder;
import java.util.function.Supplier;

/**
 * What the command line is given to start: the one seam between it and the rest of the house.
 *
 * @param vertx makes the builder of the one Vert.x; it may carry metrics
 */
public record Parts(Servers.Starter servers, Supplier<VertxBuilder> vertx, Node.Starter node) {}
