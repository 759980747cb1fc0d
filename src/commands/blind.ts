/** What cannot be watched cannot be judged: a deploy that may not look is not begun. */
export function blind(refusal: string): { reason: string; next: string } {
  const next = "grant the kubeconfig's user get, list and watch on the kinds of the chart, its pods and ReplicaSets";
  return { reason: `the rollout could not be watched: ${refusal}`, next };
}
