/**
 * The messages between server and clients, and how each wire protocol encodes them: dialects,
 * frames, close codes and error codes. No input or output.
 */
package dev.boardcast.gateway.protocol;
