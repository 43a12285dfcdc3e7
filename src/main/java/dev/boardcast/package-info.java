/**
 * The public API for embedding applications: {@link dev.boardcast.Boardcast} starts a node, {@link
 * dev.boardcast.BoardcastOptions} configures it, {@link dev.boardcast.Boards} lists the boards.
 *
 * <p>Public API are the public types of this package and of {@link dev.boardcast.spi}, and no
 * others: types of other packages may change in any release. A test compares their signatures with
 * the recorded ones.
 *
 * <pre>
 * facts    POST -> HttpApiVerticle -> [PostgreSQL: fact + outbox row, one transaction] -- hint --> bus
 * events   outbox -> EventEmitterVerticle (sequence, event log, one statement) -> bus -> GatewayVerticle -> clients
 * metrics  hint or clock -> MetricsVerticle -> fold new facts into rollups -> snapshot -> Redis + board_state
 *                                           -> bus -> GatewayVerticle -> clients
 * </pre>
 *
 * <p>Nothing flows left: the gateway computes no metrics, the API holds no sockets, and metrics do
 * not know the subscribers. {@code NodeAssembly} creates and connects the parts of a node.
 */
package dev.boardcast;
