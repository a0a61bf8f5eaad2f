import type {
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  INodeProperties,
  INodePropertyOptions,
} from 'n8n-workflow';

/** One thing that the node can do: how the editor shows it and which fields it has. */
interface Described {
  value: string;
  name: string;
  description: string;
  /** The line in n8n's list of actions, e.g. "Schedule a message". */
  action: string;
  fields: INodeProperties[];
}

/** Runs for the item at `itemIndex` and answers its output, one object for each output item. */
interface ForEachItem extends Described {
  execute(context: IExecuteFunctions, itemIndex: number): Promise<IDataObject[]>;
}

/** The same with output that has files. */
interface WithFiles extends Described {
  executeWithFiles(context: IExecuteFunctions, itemIndex: number): Promise<INodeExecutionData[]>;
}

/** Runs for all items at once where `isTogether` says so; else item by item. */
interface ForAllItems extends ForEachItem {
  isTogether(context: IExecuteFunctions): boolean;
  /** The output is paired with all items. */
  executeTogether(context: IExecuteFunctions, itemIndexes: number[]): Promise<IDataObject[]>;
}

/** Asks a person and pauses the execution: the output comes later, by the node's webhook. */
interface Waiting extends Described {
  executeAndWait(context: IExecuteFunctions): Promise<INodeExecutionData[][]>;
}

export type Operation = ForEachItem | WithFiles | ForAllItems | Waiting;

export interface Resource {
  value: string;
  name: string;
  /** In alphabetical order of their names. */
  operations: Operation[];
  defaultOperation: string;
}

/** The node's properties for all resources: the two selectors, then each operation's fields, shown for it alone. */
export function propertiesOf(resources: Resource[], defaultResource: string): INodeProperties[] {
  const selectors: INodeProperties[] = [
    {
      displayName: 'Resource',
      name: 'resource',
      type: 'options',
      noDataExpression: true,
      options: resources.map(({ name, value }) => ({ name, value })),
      default: defaultResource,
    },
    ...resources.map(operationSelector),
  ];
  const fields = resources.flatMap((resource) =>
    resource.operations.flatMap((operation) =>
      operation.fields.map((field) => shownFor(field, resource.value, operation.value)),
    ),
  );
  return [...selectors, ...fields];
}

export function findOperation(resources: Resource[], resource: string, operation: string): Operation {
  const found = resources
    .find(({ value }) => value === resource)
    ?.operations.find(({ value }) => value === operation);
  if (!found) throw new Error(`This version of the node has no operation "${operation}" for "${resource}".`);
  return found;
}

function operationSelector(resource: Resource): INodeProperties {
  const options: INodePropertyOptions[] = resource.operations.map(({ name, value, description, action }) => ({
    name,
    value,
    description,
    action,
  }));
  return {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [resource.value] } },
    options,
    default: resource.defaultOperation,
  };
}

function shownFor(field: INodeProperties, resource: string, operation: string): INodeProperties {
  const show = { ...field.displayOptions?.show, resource: [resource], operation: [operation] };
  return { ...field, displayOptions: { ...field.displayOptions, show } };
}
