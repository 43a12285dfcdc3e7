/**
 * Alerts under faults: facts let values cross the bounds of rules and come back, a receiver of
 * webhooks records what it is told, and both are compared.
 *
 * <pre>
 *  AlertSignal --facts--> node ... node --webhook--> WebhookReceiver
 *      |                                                   |
 *      '-------------------> AlertTotals <-----------------'
 * </pre>
 */
package dev.boardcast.lab.alerts;
