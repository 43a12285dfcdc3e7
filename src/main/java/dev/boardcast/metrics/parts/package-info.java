/** Parts of boards with parameters: which are followed, and their latest snapshots. */
package dev.boardcast.metrics.parts;
