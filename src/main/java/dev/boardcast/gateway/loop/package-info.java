/** What the parts of the gateway on one event loop share: calls with a time limit and timers. */
package dev.boardcast.gateway.loop;
