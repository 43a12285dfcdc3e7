/** The routing board: what an LLM router decided, what it cost, how sure it was. */
package dev.boardcast.boards.routing;
