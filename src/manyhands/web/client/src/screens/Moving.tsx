import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Offer, type Order, type Production, type Shot, type Standing, post, refused } from "../api";
import { isOpen, useLive } from "../live";
import { Trouble } from "../parts";

/** The moving picture of a proposal; where it is not there yet, whether it comes, and a way to order it. */
export function Moving({ offer, shot, production, show }: { offer: Offer; shot: Shot; production: Production; show: (preview: string | null) => void }) {
  const queries = useQueryClient();
  const { orders } = useLive();
  const make = useMutation({
    mutationFn: () => post<Order>(`/shots/${shot.id}/proposals/${offer.recipe}/previews`),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["shot", shot.id] }),
  });
  const moving = `/api/shots/${shot.id}/proposals/${offer.recipe}/preview.mp4`;
  if (offer.has_preview)
    return (
      <button type="button" className="moving" onClick={() => show(moving)} aria-label={`Look at ${offer.name} larger`}>
        <video src={moving} autoPlay={!matchMedia("(prefers-reduced-motion: reduce)").matches} loop muted playsInline tabIndex={-1} aria-hidden />
      </button>
    );
  if (offer.no_preview) return <div className="moving empty">{offer.no_preview}</div>;
  const last = lastOf([...shot.orders, ...[...orders.values()].filter(isOpen)], offer.recipe);
  if (make.isPending || (last && isOpen(last)))
    return (
      <div className="moving empty" role="status" aria-busy="true">
        its picture is being made …
      </div>
    );
  const words = last ? "Make it again" : "Make its picture";
  const error = make.error ?? (last?.state === "failed" ? refused(last.error) : null);
  return (
    <div className="moving empty">
      <Trouble error={error} />
      {!error && <p>{last?.state === "stopped" ? "its picture was stopped" : "it has no picture yet"}</p>}
      <button type="button" onClick={() => make.mutate()} disabled={!production.may.includes("propose")} aria-label={`${words}: ${offer.name}`}>
        {words}
      </button>
    </div>
  );
}

/** The order that was given last for the moving picture of a recipe; one that is open is the last. */
function lastOf(orders: readonly Standing[], recipe: string): Standing | undefined {
  return orders.filter((one) => one.order.what === "previews" && one.order.recipes?.includes(recipe)).at(-1);
}
