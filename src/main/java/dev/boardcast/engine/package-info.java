/** Interfaces and helpers that http, events, metrics, gateway and admin share. Not public API. */
package dev.boardcast.engine;
