/** The routing board: decisions of an LLM router, their costs and confidence. */
package dev.boardcast.boards.routing;
