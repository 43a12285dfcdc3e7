package dev.boardcast.erasure;

import dev.boardcast.auth.revocation.ErasedUsers;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What erasures use of a node.
 *
 * @param boards all boards of the node
 * @param users revokes the tokens of erased users
 * @param purge ends copies of snapshots in Redis that contain one of the texts; returns how many
 * @param settle how long the last copies of a snapshot may travel
 */
public record ErasureContext(
    NodeHeartbeat heartbeat,
    Pool pool,
    TypedBus bus,
    Supplier<List<Board>> boards,
    ErasedUsers users,
    Function<Set<String>, Future<Integer>> purge,
    Duration settle) {}
