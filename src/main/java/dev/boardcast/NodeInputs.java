package dev.boardcast;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.BoardModule;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an application gives to a node: see {@link Boardcast.Builder}.
 *
 * @param prometheus writes the given registry in the Prometheus format
 * @param listens whether the node has ports of its own
 * @param failureHandler is told why the node closes itself
 */
record NodeInputs(
    Vertx vertx,
    NodeOptions options,
    List<BoardModule> boards,
    Optional<Authenticator> authenticator,
    Optional<MeterRegistry> registry,
    Optional<Supplier<String>> prometheus,
    Clock clock,
    boolean listens,
    Consumer<Throwable> failureHandler) {}
