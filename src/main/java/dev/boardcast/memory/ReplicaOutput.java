package dev.boardcast.memory;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.ReplicaMessage;

/** What a {@link ShardReplica} brings about. Called within its methods; must not block. */
interface ReplicaOutput {
  /** Sends a message to another node; it may be lost. */
  void send(String node, ReplicaMessage.Body message);

  /** Publishes committed events to all gateways, in order. */
  void publish(EventBatch batch);

  /** A new random epoch. */
  String newEpoch();

  /** The node numbers this shard from now on, or does so no more. */
  void roleChanged(boolean isNumbering);
}
