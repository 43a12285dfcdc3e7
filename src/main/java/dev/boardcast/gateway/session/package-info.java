/**
 * Client connections: authentication, subscriptions, catch-up, deadlines and outbound queues. A
 * session and all that belongs to it stay on one event loop.
 */
package dev.boardcast.gateway.session;
