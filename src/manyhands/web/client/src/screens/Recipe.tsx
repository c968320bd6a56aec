import type { Step } from "../api";

const FEW = 5;

/** A recipe as a list to read: a line a step, with what is not as its maker has it by itself. */
export function RecipeList({ steps }: { steps: readonly Step[] }) {
  return (
    <ol className="recipe" aria-label="Recipe">
      {steps.map((step) => (
        <li key={step.name} title={step.about}>
          <StepLine step={step} />
        </li>
      ))}
    </ol>
  );
}

export function StepLine({ step, all = false }: { step: Step; all?: boolean }) {
  const says = all ? step.says : step.says.slice(0, FEW);
  const more = step.says.length - says.length;
  return (
    <span className="stepline">
      <i className={step.origin} />
      <b>{step.name.replaceAll("_", " ")}</b>
      {step.name !== step.maker && <span className="quiet"> · by {step.maker.replaceAll("_", " ")}</span>}
      {says.map((one) => (
        <span key={one}> · {one}</span>
      ))}
      {more > 0 && <span className="quiet" title={step.says.slice(FEW).join(" · ")}> · and {more} more</span>}
    </span>
  );
}
