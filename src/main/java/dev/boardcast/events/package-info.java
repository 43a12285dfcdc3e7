/**
 * From a committed fact to an ordered, durable event on the bus.
 *
 * <pre>
 *  writer's transaction: fact + outbox row --commit--> hint on the bus (or the sweep finds it)
 *  emitter:  one statement { fence and renew lease, claim outbox rows, number them, append to the
 *            log, move the head, delete the rows } --commit--> event batches and beacons on the bus
 *  gateways: publish what arrives; read the log where a sequence is missing
 * </pre>
 *
 * <p>What holds at every moment, whatever crashes between any two statements:
 *
 * <ol>
 *   <li><b>Fact and event commit together.</b> {@link dev.boardcast.events.Outbox#append} runs in
 *       the writer's own transaction. A rollback leaves neither, a commit leaves both.
 *   <li><b>An event is in the outbox or in the log, never in both, never in neither.</b> It moves
 *       in one statement.
 *   <li><b>The sequences of a shard are contiguous from 1</b>: the head, the log rows and the
 *       deleted outbox rows change together, and the head's row serializes whoever tries.
 *   <li><b>One fact's events are logged in the order of its changes.</b> The writer holds the
 *       fact's row lock when it takes an outbox id, and takes the next only after the commit before
 *       it. An emitter claims committed rows in order of id, and who sees a commit sees those
 *       before it. Between facts, the order is that of claiming: an early id that commits late gets
 *       a late sequence.
 *   <li><b>One emitter per shard</b>, by a lease with a fencing token that is checked and renewed
 *       inside the moving statement itself. Who lost the lease writes nothing, however long it was
 *       paused. What it may still publish is what the log already says.
 *   <li><b>Published is a prefix of logged.</b> An emitter knows the last sequence it published.
 *       When an answer of the database was lost, the next one shows the gap, and the emitter reads
 *       it from the log before it publishes anything newer. What a dead emitter left unpublished,
 *       its successor publishes: it begins with the last hundred events once more, and gateways
 *       drop those they have. What was before that, they find by its beacon.
 *   <li><b>An epoch names a history.</b> When a log ends before what was already published from it
 *       (a restored backup, a failover that lost commits), it goes on under a new epoch, so nobody
 *       takes new events for old ones.
 * </ol>
 *
 * <p>Not promised: order between shards, exactly-once on the bus (gateways drop sequences they
 * have), and publishing while PostgreSQL is away (it goes on by itself when it is back).
 */
package dev.boardcast.events;
