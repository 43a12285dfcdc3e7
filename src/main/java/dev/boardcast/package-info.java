/**
 * One broadcast reaches every dashboard on every node, and none is lost in silence.
 *
 * <p>Two doors, {@link dev.boardcast.Boardcast} for embedders and {@link dev.boardcast.server.Main}
 * for operators, and {@code NodeAssembly}, which wires the rooms behind them:
 *
 * <pre>
 * dev.boardcast   Boardcast, BoardcastOptions, Boards, ClusteredVertx; Main
 *   cli/          settings, commands, one start and one stop
 *   bus/          every address, message and codec in one place; depends on nothing of ours
 *   db/           pools, migrations, leases, embedded PostgreSQL and Redis
 *   auth/         token to Principal: user, teams, roles, expiry
 *   http/         HttpApiVerticle, the Routes SPI, Problem (the one error body), Ingest
 *   event/        Outbox, EventEmitterVerticle, EventLog
 *   metric/       Board (SPI), MetricsVerticle, Fold, Pace, SnapshotCache
 *   gateway/      GatewayVerticle, Hub, Session, SendQueue, dialects, CloseCode
 *   board/        tasks/, routing/, analysis/: each its Board, Routes, Store. The place meant to grow
 *   ops/          health, readiness, Prometheus
 *   load/         replay of recorded facts, demo traffic
 * </pre>
 *
 * <pre>
 * facts    POST -> HttpApiVerticle -> [PostgreSQL: fact + outbox row, one transaction] -- hint --> bus
 * events   outbox -> EventEmitterVerticle (sequence, event log, one transaction) -> bus: events -> GatewayVerticle -> clients
 * </pre>
 *
 * <pre>
 * numbers  hint or clock -> MetricsVerticle -> fold new facts into rollups -> snapshot -> Redis + board_state
 *                                           -> bus: snapshots -> GatewayVerticle -> clients
 * </pre>
 *
 * Nothing flows left. The gateway computes no numbers; the API touches no sockets; metrics do not
 * know who watches.
 */
package dev.boardcast;
