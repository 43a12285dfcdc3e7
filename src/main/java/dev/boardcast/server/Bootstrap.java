package dev.boardcast.server;

import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.function.Function;

/**
 * What the command line is given to start: the one seam between it and the rest of the house.
 *
 * @param vertx makes the builder of the one Vert.x; it may add metrics to builder and options
 */
public record Bootstrap(
    LocalServers.Starter servers,
    Function<VertxOptions, VertxBuilder> vertx,
    RunningNode.Starter node) {}
