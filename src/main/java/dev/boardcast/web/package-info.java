/** What HTTP endpoints of several packages share: problem responses, compression, syntax checks. */
package dev.boardcast.web;
