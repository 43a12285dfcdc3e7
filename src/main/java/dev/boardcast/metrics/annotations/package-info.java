/** What happened beside the numbers: deploys, incidents and the like, which charts show. */
package dev.boardcast.metrics.annotations;
