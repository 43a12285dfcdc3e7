/**
 * Turns committed facts into ordered, durable events on the bus.
 *
 * <pre>
 *  writer's transaction: fact + outbox row --commit--> hint on the bus (or the next poll finds it)
 *  emitter:  one statement { check and renew lease, claim outbox rows, number them, append to the
 *            log, move the head, delete the rows } --commit--> event batches and beacons on the bus
 *  gateways: deliver what arrives; read the log where a sequence is missing
 * </pre>
 *
 * <p>Invariants, whatever crashes between any two statements:
 *
 * <ol>
 *   <li><b>A fact and its events commit together.</b> {@link dev.boardcast.events.Outbox#append}
 *       runs in the writer's own transaction.
 *   <li><b>An event is either in the outbox or in the log.</b> One statement moves it.
 *   <li><b>The sequences of a shard are contiguous from 1.</b> The head, the log rows and the
 *       deleted outbox rows change together, and the head's row serializes concurrent emitters.
 *   <li><b>The events of one fact are logged in the order of its changes.</b> The writer holds the
 *       fact's row lock when it takes an outbox id, and takes the next one only after the previous
 *       commit. An emitter claims committed rows by id, and a transaction that sees a commit sees
 *       those before it. Between facts, the order is that of claiming: a low id that commits late
 *       gets a high sequence.
 *   <li><b>One emitter per shard</b>, by a lease whose fencing token is checked and renewed in the
 *       moving statement itself. An emitter that lost the lease writes nothing, however long it was
 *       paused; it can only publish what is in the log.
 *   <li><b>What is published is a prefix of the log.</b> An emitter knows the last sequence that it
 *       published. After a lost database response, the next response shows the gap, and the emitter
 *       reads it from the log before it publishes newer events. A new emitter first publishes the
 *       last hundred events again, in case the previous one has not; gateways drop duplicates, and
 *       find older gaps by the beacon.
 *   <li><b>An epoch names one history of the log.</b> When a log ends before what was published
 *       from it (a restored backup, a failover that lost commits), it continues with a new epoch,
 *       so that nobody mistakes new events for old ones.
 * </ol>
 *
 * <p>Not guaranteed: order between shards, exactly-once delivery on the bus (gateways drop
 * duplicates), and publishing while PostgreSQL is unavailable (it resumes by itself).
 */
package dev.boardcast.events;
