/**
 * Alerts on metrics of boards.
 *
 * <ul>
 *   <li>{@link dev.boardcast.alerts.AlertRule rules} are evaluated in the transaction of a fold,
 *       and by a clock where a hold time ends between folds. {@link
 *       dev.boardcast.alerts.AlertMachine} decides; both transactions are repeatable read, so each
 *       transition is committed once.
 *   <li>A transition has one id. Its row, its event on the stream {@code alerts} and its messages
 *       are written in the same transaction.
 *   <li>Messages are claimed, sent and finished by any node with the role metrics. A message is
 *       sent again only if its node ends between sending and committing; its id stays the same.
 * </ul>
 */
package dev.boardcast.alerts;
