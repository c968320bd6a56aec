export type Showing = { territory: string; media: string[]; first_day: string; last_day: string };
export const WIDEST: Showing = { territory: "", media: [], first_day: "", last_day: "" };

export const asked = (showing: Showing) =>
  new URLSearchParams({ territory: showing.territory, media: showing.media.join(","), first_day: showing.first_day, last_day: showing.last_day }).toString();

/** Where, in what and until when the master is to be shown: leave is asked for that, and the page tells it. */
export function ShowingForm({ showing, set, media }: { showing: Showing; set: (showing: Showing) => void; media: Record<string, string> }) {
  const wide = !showing.territory.trim() && showing.media.length === 0 && !showing.last_day;
  return (
    <details className="showing">
      <summary>
        Where it is shown: {showing.territory.trim() || "all over the world"}, {showing.media.join(", ") || "in all media"}
        {showing.last_day && `, to ${showing.last_day}`}
      </summary>
      <label>
        Countries <input value={showing.territory} onChange={(event) => set({ ...showing, territory: event.target.value })} placeholder="all over the world; or two letters each: DE, AT, GB" maxLength={800} />
      </label>
      <fieldset>
        <legend>Media, none is all</legend>
        {Object.entries(media).map(([name, about]) => (
          <label key={name} className="choice">
            <input type="checkbox" checked={showing.media.includes(name)} onChange={() => set({ ...showing, media: showing.media.includes(name) ? showing.media.filter((one) => one !== name) : [...showing.media, name] })} />
            <span>
              {name} <span className="quiet">{about}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="row">
        <label className="inline">
          from <input type="date" value={showing.first_day} onChange={(event) => set({ ...showing, first_day: event.target.value })} />
        </label>
        <label className="inline">
          to <input type="date" value={showing.last_day} onChange={(event) => set({ ...showing, last_day: event.target.value })} />
        </label>
      </div>
      {wide && <p className="quiet">This asks leave of everything that went in for the whole world, in all media.</p>}
    </details>
  );
}
